"""What the benchmark of mails runs in processes of their own: a sink, the rows, and who works on them."""

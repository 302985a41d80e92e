"""The pretended WeChat Pay: signatures, orders, service orders and their HTTP interface."""

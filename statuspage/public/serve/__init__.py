"""From the folder to the reader, with everything else fallen if need be; it knows no Django."""

"""An SMTP server that takes everything and notes when, for whom and what: ``sink.py PORT FILE``."""

import asyncio
import os
import sys
import time

REPLIES = {
    b"EHLO": b"250-sink\r\n250 8BITMIME\r\n",
    b"HELO": b"250 sink\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, notes: int) -> None:
    """One connection."""
    writer.write(b"220 sink\r\n")
    to = ""
    try:
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                to = line.split(b"<")[1].split(b">")[0].decode()
            writer.write(REPLIES.get(word, b"250 OK\r\n"))
            if word == b"QUIT":
                break
            if word == b"DATA":
                mail = await reader.readuntil(b"\r\n.\r\n")
                name = mail.split(b"Message-ID: ", 1)[1].split(b"\r\n", 1)[0].decode()
                # Accepted, whether or not the sender lives to hear it.
                os.write(notes, f"{time.time():.3f} {to} {name}\n".encode())
                writer.write(b"250 OK\r\n")
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def serve(port: int, file: str) -> None:
    """Until the process ends."""
    notes = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    server = await asyncio.start_server(
        lambda reader, writer: take(reader, writer, notes), "127.0.0.1", port, backlog=256
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))

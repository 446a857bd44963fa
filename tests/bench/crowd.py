"""Protocol clients of one live log, in a process of their own: `python -m tests.bench.crowd` with its task as JSON.

`follow`: hold so many streams open to the end, and say how many events each got. `reconnect`: break off and come back
with Last-Event-ID so many times, and say what was lost or doubled.
"""

import asyncio
import json
import random
import sys
from typing import Any
from urllib.parse import urlsplit

TOGETHER = 10  # readers that break off and come back


async def connect(task: dict[str, Any], last: str = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open one stream and read its head."""
    where = urlsplit(task["url"])
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    resume = f"Last-Event-ID: {last}\r\n" if last else ""
    head = f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {task['key']}\r\n{resume}\r\n"
    writer.write(head.encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return reader, writer


async def follow(task: dict[str, Any]) -> int:
    """Follow to the end and return how many events came."""
    reader, writer = await connect(task)
    count = 0
    while line := await reader.readline():
        count += line.startswith(b"event: message")
        if line.startswith(b"event: end"):
            break
    writer.close()
    return count


async def reconnect(task: dict[str, Any], times: int, chance: random.Random) -> list[int]:
    """Follow to the end over `times` connections, and return the numbers that came."""
    seqs: list[int] = []
    last = ""
    while True:
        reader, writer = await connect(task, last)
        left = chance.randint(1, 6) if times > 0 else 2**62
        times -= 1
        place = ""
        while left > 0 and (line := await reader.readline()):
            if line.startswith(b"id: "):
                place = line[4:].strip().decode()
            elif line.startswith(b"data: ") and b'"kind"' in line:
                seqs.append(json.loads(line[6:])["seq"])
                last, left = place, left - 1
            elif line.startswith(b"event: end"):
                writer.close()
                return seqs
        # As a network that fails: nothing is said, and what was under way is lost.
        writer.transport.abort()


async def main(task: dict[str, Any]) -> dict[str, Any]:
    if task["what"] == "follow":
        streams = [asyncio.create_task(follow(task)) for _ in range(task["count"])]
        await asyncio.sleep(0)
        print("ready", flush=True)
        counts = await asyncio.gather(*streams)
        return {"least": min(counts), "most": max(counts), "streams": len(counts)}
    chance = random.Random(task["seed"])
    each = task["count"] // TOGETHER
    found = await asyncio.gather(*[reconnect(task, each, chance) for _ in range(TOGETHER)])
    missing = sum(len(set(range(1, seqs[-1] + 1)) - set(seqs)) for seqs in found)
    return {
        "lost": missing,
        "doubled": sum(len(seqs) - len(set(seqs)) for seqs in found),
        "reconnects": each * TOGETHER,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))), flush=True)

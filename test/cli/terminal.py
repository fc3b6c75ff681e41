"""Runs a command in a pseudo-terminal. Input: JSON lines {"wait": text}, {"sleep": seconds} or {"type": text}. Output: what the terminal got."""
import json, os, pty, select, signal, sys, time

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
seen, mark, ends = b"", 0, time.time() + 100


def read(seconds):
    global seen
    if not select.select([terminal], [], [], seconds)[0]:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    seen += data
    return data != b""


alive = True
for step in steps:
    if "sleep" in step:
        time.sleep(step["sleep"])
        continue
    if "type" in step:
        os.write(terminal, step["type"].encode())
        continue
    wanted = step["wait"].encode()
    while alive and wanted not in seen[mark:] and time.time() < ends:
        alive = read(1)
    at = seen.find(wanted, mark)
    mark = at + len(wanted) if at >= 0 else len(seen)
while alive and time.time() < ends:
    alive = read(1)
if time.time() >= ends:
    os.kill(child, signal.SIGKILL)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps({"code": status, "output": seen.decode(errors="replace")}))

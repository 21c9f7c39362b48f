# bench/objects/python/serve.py: calls workloads.measure() of the folder that is its first argument, as each line says that is a JSON
# list of arguments, and answers with the result as JSON; {"bytes": n} stands for n bytes that follow the line.
# Tells its version first, and ends with its input. With the argument "uncollected": without the collector of cycles.

import gc
import json
import platform
import signal
import sys

sys.path.insert(0, sys.argv[1])
import workloads  # noqa: E402

signal.signal(signal.SIGINT, signal.SIG_DFL)
if "uncollected" in sys.argv:
    gc.disable()
print(json.dumps([platform.python_implementation(), platform.python_version()]), flush=True)
for line in sys.stdin.buffer:
    call = [sys.stdin.buffer.read(it["bytes"]) if isinstance(it, dict) else it for it in json.loads(line)]
    print(json.dumps(workloads.measure(*call)), flush=True)

# bench/objects/python/serve.py: answers each line "WORKLOAD COUNT" with the seconds that making and dropping took, as JSON;
# tells its version first, and ends with its input. With the argument "uncollected": without the collector of cycles.

import gc
import json
import platform
import signal
import sys

import workloads

signal.signal(signal.SIGINT, signal.SIG_DFL)
if "uncollected" in sys.argv:
    gc.disable()
print(json.dumps([platform.python_implementation(), platform.python_version()]), flush=True)
for line in sys.stdin:
    workload, count = line.split()
    print(json.dumps(workloads.measure(workload, int(count))), flush=True)

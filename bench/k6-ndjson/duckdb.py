# `duckdb.py <file> <folder of the package>`: the timeline by DuckDB with two threads.
import json, resource, sys, time

sys.path.insert(0, sys.argv[2])
import duckdb

started = time.monotonic()
db = duckdb.connect()
db.execute("set threads = 2")
columns = "{'metric':'varchar','type':'varchar','data':'struct(time varchar, value double)'}"
lines = f"read_ndjson('{sys.argv[1]}', columns={columns}, maximum_object_size=33554432)"
rows = db.execute(f"""
    select data.time[1:19] as second,
           sum(data.value) filter (metric = 'http_reqs'),
           sum(data.value) filter (metric = 'http_req_failed'),
           quantile_disc(data.value, 0.95) filter (metric = 'http_req_duration')
    from {lines} where type = 'Point' and metric in ('http_reqs', 'http_req_failed', 'http_req_duration') group by 1
""").fetchall()
wall = time.monotonic() - started
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "requests": sum(row[1] or 0 for row in rows),
    "failed": sum(row[2] or 0 for row in rows),
    "seconds": len(rows),
    "wallMs": wall * 1000,
    "cpuMs": (usage.ru_utime + usage.ru_stime) * 1000,
    "rssMb": usage.ru_maxrss / 1024,
    "version": duckdb.__version__,
}))

"""Answers each line of JSON, {"rows": ...}, with the seconds that as many blobs took through mapInArrow, and their bytes."""

import json
import sys
import time

import image_functions
from session import open_session


def main():
    setting = json.loads(sys.argv[1])
    spark = open_session(setting["folder"], setting["batchRows"])
    for line in sys.stdin:
        start = time.perf_counter()
        blobs = spark.sql(json.loads(line)["blobs"])
        counted = blobs.mapInArrow(image_functions.count_bytes, "blobs bigint, bytes bigint")
        [row] = counted.selectExpr("sum(blobs) AS blobs", "sum(bytes) AS bytes").collect()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "blobs": row.blobs, "bytes": row.bytes}), flush=True)
    spark.stop()


main()

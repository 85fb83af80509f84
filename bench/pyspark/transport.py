"""Answers each line of JSON, {"rows": ...}, with the seconds that as many blobs took through mapInArrow, and their bytes."""

import json
import sys
import time

from pyspark.sql import SparkSession

import image_functions


def main():
    setting = json.loads(sys.argv[1])
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", setting["folder"])
        .config("spark.sql.warehouse.dir", setting["folder"])
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", setting["batchRows"])
        .getOrCreate()
    )
    for line in sys.stdin:
        start = time.perf_counter()
        blobs = spark.sql(json.loads(line)["blobs"])
        counted = blobs.mapInArrow(image_functions.count_bytes, "blobs bigint, bytes bigint")
        [row] = counted.selectExpr("sum(blobs) AS blobs", "sum(bytes) AS bytes").collect()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "blobs": row.blobs, "bytes": row.bytes}), flush=True)
    spark.stop()


main()

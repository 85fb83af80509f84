"""Featurizes a table of origins the way that its argument (JSON) says, and prints when it had a session and how many rows it wrote."""

import json
import sys
import time

from pyspark.sql.functions import col, pandas_udf, udf
from pyspark.sql.types import ArrayType, FloatType

import image_functions
from session import open_session


def main():
    run = json.loads(sys.argv[1])
    model, progress = run["model"], run["progress"]
    spark = open_session(run["folder"], run["batchRows"])
    ready = time.time_ns() // 1_000_000
    rows = spark.read.parquet(run["input"]).select("image_id", "origin").repartition(run["partitions"])
    vector = ArrayType(FloatType())
    if run["way"] == "fused":
        done = rows.mapInArrow(image_functions.fused(model, progress), "image_id string, embedding array<float>")
    else:
        decode = (
            udf(image_functions.decode_row(model), vector)
            if run["way"] == "two UDFs, plain"
            else scalar(image_functions.decode_series(model), vector)
        )
        predict = iterator(image_functions.predict_series(model, progress), vector)
        images = rows.select("image_id", decode(col("origin")).alias("pixels"))
        done = images.select("image_id", predict(col("pixels")).alias("embedding"))
    output = f"{run['folder']}/output"
    done.write.parquet(output)
    print(json.dumps({"ready": ready, "rows": spark.read.parquet(output).count()}), flush=True)
    spark.stop()


def scalar(function, vector):
    import pandas as pd

    function.__annotations__ = {"origins": pd.Series, "return": pd.Series}
    return pandas_udf(function, vector)


def iterator(function, vector):
    from collections.abc import Iterator

    import pandas as pd

    function.__annotations__ = {"batches": Iterator[pd.Series], "return": Iterator[pd.Series]}
    return pandas_udf(function, vector)


main()

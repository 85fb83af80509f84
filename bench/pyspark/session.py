"""The PySpark session of all benchmarks: two cores of this machine."""

from pyspark.sql import SparkSession


def open_session(folder, batch_rows):
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", folder)
        .config("spark.sql.warehouse.dir", folder)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", batch_rows)
        .getOrCreate()
    )

import static org.apache.spark.sql.functions.col;

import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.SparkSession;

/** Loads a saved pipeline as anybody's program would, and writes what it predicts: pipeline, Parquet file, output folder. */
public class LoadPipeline {
  public static void main(String[] args) {
    var spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate();
    var rows = spark.read().parquet(args[1])
        .withColumn("features", functions.array_to_vector(col("embedding").cast("array<double>")));
    PipelineModel.load(args[0]).transform(rows).select("id", "label", "prediction").coalesce(1).write().json(args[2]);
    spark.stop();
  }
}

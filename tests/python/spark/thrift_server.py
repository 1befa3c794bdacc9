"""A Spark Thrift server until standard input ends; arguments: port, folder of its tables and metastore."""

import sys

from pyspark.sql import SparkSession

port, folder = sys.argv[1:]
settings = {
    "spark.hadoop.hive.server2.thrift.port": port,
    "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/metastore;create=true",
    "spark.sql.warehouse.dir": f"{folder}/tables",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
}
builder = SparkSession.builder.master("local[2]").enableHiveSupport()
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
server = spark._jvm.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2  # type: ignore[union-attr]
server.startWithSparkSession(spark._jsparkSession, True)
print("started", flush=True)
sys.stdin.read()

-- `reports` is made by POSTGRES_DB; tables come by themselves.
CREATE DATABASE mlflow;
CREATE DATABASE dagster;

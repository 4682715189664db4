-- Bedrock's control plane takes the last twelve characters of a batch job's ARN for its name.
CREATE INDEX async_jobs_by_id ON async_jobs (substr(arn, -12)) WHERE arn IS NOT NULL;

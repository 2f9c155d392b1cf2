-- The results as files of JSON, an object a line. A file is complete after a checkpoint, or when the job ends.

CREATE TABLE service_files WITH (
    'connector' = 'filesystem',
    'path' = '${folder=/var/lib/tcpprobe-fleet}/services',
    'format' = 'json',
    'json.timestamp-format.standard' = 'ISO-8601'
) LIKE service_columns;

CREATE TABLE path_files WITH (
    'connector' = 'filesystem',
    'path' = '${folder=/var/lib/tcpprobe-fleet}/paths',
    'format' = 'json',
    'json.timestamp-format.standard' = 'ISO-8601'
) LIKE path_columns;

CREATE TABLE end_files WITH (
    'connector' = 'filesystem',
    'path' = '${folder=/var/lib/tcpprobe-fleet}/ends',
    'format' = 'json',
    'json.timestamp-format.standard' = 'ISO-8601'
) LIKE end_columns;

EXECUTE STATEMENT SET
BEGIN
INSERT INTO service_files SELECT * FROM services;
INSERT INTO path_files SELECT * FROM paths;
INSERT INTO end_files SELECT * FROM ends;
END;

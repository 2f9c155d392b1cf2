-- The results as topics, in JSON.

CREATE TABLE service_topic WITH (
    'connector' = 'kafka',
    'properties.bootstrap.servers' = '${servers=127.0.0.1:9092}',
    'topic' = '${services=tcpprobe.services}',
    'key.format' = 'json',
    'key.fields' = 'servicePort;role',
    'value.format' = 'json',
    'value.json.timestamp-format.standard' = 'ISO-8601'
) LIKE service_columns;

CREATE TABLE path_topic WITH (
    'connector' = 'kafka',
    'properties.bootstrap.servers' = '${servers=127.0.0.1:9092}',
    'topic' = '${paths.topic=tcpprobe.paths}',
    'format' = 'json',
    'json.timestamp-format.standard' = 'ISO-8601'
) LIKE path_columns;

CREATE TABLE end_topic WITH (
    'connector' = 'kafka',
    'properties.bootstrap.servers' = '${servers=127.0.0.1:9092}',
    'topic' = '${ends=tcpprobe.ends}',
    'key.format' = 'json',
    'key.fields' = 'communityId',
    'value.format' = 'json',
    'value.json.timestamp-format.standard' = 'ISO-8601'
) LIKE end_columns;

EXECUTE STATEMENT SET
BEGIN
INSERT INTO service_topic SELECT * FROM services;
INSERT INTO path_topic SELECT * FROM paths;
INSERT INTO end_topic SELECT * FROM ends;
END;

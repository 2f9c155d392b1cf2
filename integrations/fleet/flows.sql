-- The flow records of all agents, and what every result is computed from: the growth of the counters between two records of a flow.
-- The columns are those fields of the record that the results need; docs/flow-records.md has them all.

SET 'pipeline.name' = 'tcpprobe fleet';
SET 'table.local-time-zone' = 'UTC';
-- A partition without records must not stop the others' windows.
SET 'table.exec.source.idle-timeout' = '10 s';
-- A flow whose next record is missing for this long is forgotten: five times push.interval. It is the memory that ended flows use.
SET 'table.exec.state.ttl' = '${ttl=5 min}';

-- Rows go from one operator to the next without a copy. No query here uses a function that keeps or changes a row that it was given.
SET 'pipeline.object-reuse' = 'true';

-- The position in the topic is stored with each checkpoint: without any, a job that starts again reads all records again.
SET 'execution.checkpointing.interval' = '${checkpoint=60 s}';
-- Not in memory, where Flink permits 5 MB.
SET 'execution.checkpointing.dir' = 'file://${folder=/var/lib/tcpprobe-fleet}/checkpoints';

CREATE TABLE flows (
    `time` BIGINT,
    recordNumber BIGINT,
    finalRecord BOOLEAN,
    hostName STRING,
    hostId STRING,
    communityId STRING,
    `role` STRING,
    localAddress STRING,
    localPort INT,
    peerAddress STRING,
    peerPort INT,
    servicePort INT,
    networkNamespace BIGINT,
    durationMillis BIGINT,
    bytesSent BIGINT,
    bytesAcked BIGINT,
    bytesReceived BIGINT,
    segsOut BIGINT,
    segsIn BIGINT,
    dataSegsOut BIGINT,
    dataSegsIn BIGINT,
    retrans BIGINT,
    srtt BIGINT,
    minRtt BIGINT,
    verdict STRING,
    receiverVerdict STRING,
    endReason STRING,
    -- When the broker stored it, if the topic has message.timestamp.type=LogAppendTime; else when the host sent it, by its own clock.
    stored TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
    -- A host without a machine id has its name only.
    host AS COALESCE(NULLIF(hostId, ''), hostName),
    -- A clock that is ahead must not move the watermark ahead, which would drop the records of all other hosts.
    event_time AS LEAST(TO_TIMESTAMP_LTZ(`time`, 3), stored),
    -- How late a record may be: clocks of hosts differ, and agents and brokers hold records back for a moment.
    WATERMARK FOR event_time AS event_time - INTERVAL '${lateness=30}' SECOND
) WITH (
    'connector' = 'kafka',
    'properties.bootstrap.servers' = '${servers=127.0.0.1:9092}',
    'properties.group.id' = '${group=tcpprobe-fleet}',
    'topic' = '${topic=tcpprobe.flows}',
    'scan.startup.mode' = '${start=group-offsets}',
    'properties.auto.offset.reset' = 'earliest',
    'scan.bounded.mode' = '${until=unbounded}',
    'format' = 'json',
    'json.ignore-parse-errors' = 'true'
);

-- Each record beside the record of the same flow before it: the sum of both, less the own value. Not LAG, which cannot tell the copies of a
-- record that arrives twice apart. Not keyed by flowId: an agent that was restarted assigns new ones.
CREATE TEMPORARY VIEW paired AS
SELECT
    *,
    COUNT(*) OVER flow = 2 AS hasLast,
    SUM(CASE WHEN finalRecord THEN 1 ELSE 0 END) OVER flow > CASE WHEN finalRecord THEN 1 ELSE 0 END AS lastFinal,
    SUM(`time`) OVER flow - `time` AS lastTime,
    SUM(recordNumber) OVER flow - recordNumber AS lastNumber,
    SUM(bytesSent) OVER flow - bytesSent AS lastBytesSent,
    SUM(bytesReceived) OVER flow - bytesReceived AS lastBytesReceived,
    SUM(segsOut) OVER flow - segsOut AS lastSegsOut,
    SUM(retrans) OVER flow - retrans AS lastRetrans
FROM flows
WINDOW flow AS (
    PARTITION BY host, networkNamespace, communityId, localPort ORDER BY event_time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);

-- Drops the second copy of a record, and decides what a record's counters are compared with.
--   continues: with the record before. If a record was lost, its growth is in the next one.
--   whole:     with 0, for the first record of a connection that is younger than five minutes.
-- The first record of an older connection is only a base for the next one: its bytes were transferred before the agent or this job began.
CREATE TEMPORARY VIEW distinct_records AS
SELECT
    *,
    hasLast AND NOT lastFinal AS continues,
    hasLast AND lastFinal OR COALESCE(durationMillis, 300000) < 300000 AS whole
FROM paired
WHERE NOT hasLast OR lastNumber <> recordNumber OR lastTime <> `time`;

-- A counter that is lower than before began again at 0.
CREATE TEMPORARY VIEW growth AS
SELECT
    event_time, `time`, hostName, host, communityId, `role`, localAddress, localPort, peerAddress, peerPort, servicePort,
    networkNamespace, recordNumber, finalRecord, durationMillis, srtt, minRtt, verdict, receiverVerdict, endReason,
    -- A connect that failed has one record. Also an established connection can end because its peer is unreachable.
    finalRecord AND (
        endReason IN ('connectionRefused', 'connectTimedOut', 'connectCancelled', 'connectFailed')
        OR endReason = 'unreachable' AND COALESCE(segsIn, 0) = 0) IS TRUE AS failedConnect,
    -- A minute counts a flow once, however many of its records it has.
    NOT (continues AND lastTime / 60000 = `time` / 60000) AS firstOfMinute,
    bytesSent - CASE WHEN continues AND lastBytesSent <= bytesSent THEN lastBytesSent WHEN continues OR whole THEN 0 ELSE bytesSent END AS bytesSent,
    bytesReceived - CASE WHEN continues AND lastBytesReceived <= bytesReceived THEN lastBytesReceived WHEN continues OR whole THEN 0 ELSE bytesReceived END AS bytesReceived,
    segsOut - CASE WHEN continues AND lastSegsOut <= segsOut THEN lastSegsOut WHEN continues OR whole THEN 0 ELSE segsOut END AS segsOut,
    retrans - CASE WHEN continues AND lastRetrans <= retrans THEN lastRetrans WHEN continues OR whole THEN 0 ELSE retrans END AS retrans
FROM distinct_records;

-- The results, one row per minute each; the columns of the result tables are declared beside the query that computes them.

-- Each minute, service port and role of the reporting hosts. Shares are of the records with a verdict.
CREATE TABLE service_columns (
    windowStart TIMESTAMP_LTZ(3),
    servicePort INT,
    `role` STRING,
    hosts BIGINT,
    flows BIGINT,
    ended BIGINT,
    failedConnects BIGINT,
    bytesSent BIGINT,
    bytesReceived BIGINT,
    segsOut BIGINT,
    retrans BIGINT,
    retransmissionRatio DOUBLE,
    srttP50 DOUBLE,
    srttP95 DOUBLE,
    srttP99 DOUBLE,
    shareUnknown DOUBLE,
    shareIdle DOUBLE,
    shareApp DOUBLE,
    shareRwnd DOUBLE,
    shareSndbuf DOUBLE,
    shareNet DOUBLE,
    sharePacing DOUBLE,
    shareRecovery DOUBLE,
    shareLocal DOUBLE,
    shareSlowReader DOUBLE,
    shareRcvbuf DOUBLE,
    sharePeer DOUBLE
);

CREATE TEMPORARY VIEW service_sums AS
SELECT
    window_start, window_end, servicePort, `role`,
    COUNT(DISTINCT host) AS hosts,
    COUNT(*) FILTER (WHERE firstOfMinute AND NOT failedConnect) AS flows,
    COUNT(*) FILTER (WHERE finalRecord AND NOT failedConnect) AS ended,
    COUNT(*) FILTER (WHERE failedConnect) AS failedConnects,
    COALESCE(SUM(bytesSent), 0) AS bytesSent,
    COALESCE(SUM(bytesReceived), 0) AS bytesReceived,
    COALESCE(SUM(segsOut), 0) AS segsOut,
    COALESCE(SUM(retrans), 0) AS retrans,
    PERCENTILE(srtt, ARRAY[0.5, 0.95, 0.99]) AS srtt,
    CAST(NULLIF(COUNT(verdict), 0) AS DOUBLE) AS verdicts,
    COUNT(*) FILTER (WHERE verdict = 'unknown') AS unknownCount,
    COUNT(*) FILTER (WHERE verdict = 'idle') AS idleCount,
    COUNT(*) FILTER (WHERE verdict = 'app') AS appCount,
    COUNT(*) FILTER (WHERE verdict = 'rwnd') AS rwndCount,
    COUNT(*) FILTER (WHERE verdict = 'sndbuf') AS sndbufCount,
    COUNT(*) FILTER (WHERE verdict = 'net') AS netCount,
    COUNT(*) FILTER (WHERE verdict = 'pacing') AS pacingCount,
    COUNT(*) FILTER (WHERE verdict = 'recovery') AS recoveryCount,
    COUNT(*) FILTER (WHERE verdict = 'local') AS localCount,
    CAST(NULLIF(COUNT(receiverVerdict), 0) AS DOUBLE) AS receiverVerdicts,
    COUNT(*) FILTER (WHERE receiverVerdict = 'slowReader') AS slowReaderCount,
    COUNT(*) FILTER (WHERE receiverVerdict = 'rcvbuf') AS rcvbufCount,
    COUNT(*) FILTER (WHERE receiverVerdict = 'peer') AS peerCount
FROM TABLE(TUMBLE(TABLE growth, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, servicePort, `role`;

CREATE TEMPORARY VIEW services AS
SELECT
    CAST(window_start AS TIMESTAMP_LTZ(3)) AS windowStart, servicePort, `role`, hosts, flows, ended, failedConnects,
    bytesSent, bytesReceived, segsOut, retrans,
    CAST(retrans AS DOUBLE) / NULLIF(segsOut, 0) AS retransmissionRatio,
    srtt[1] AS srttP50, srtt[2] AS srttP95, srtt[3] AS srttP99,
    unknownCount / verdicts AS shareUnknown,
    idleCount / verdicts AS shareIdle,
    appCount / verdicts AS shareApp,
    rwndCount / verdicts AS shareRwnd,
    sndbufCount / verdicts AS shareSndbuf,
    netCount / verdicts AS shareNet,
    pacingCount / verdicts AS sharePacing,
    recoveryCount / verdicts AS shareRecovery,
    localCount / verdicts AS shareLocal,
    slowReaderCount / receiverVerdicts AS shareSlowReader,
    rcvbufCount / receiverVerdicts AS shareRcvbuf,
    peerCount / receiverVerdicts AS sharePeer
FROM service_sums;

-- Each minute, the paths from a host to an address on which most segments were retransmitted.
CREATE TABLE path_columns (
    windowStart TIMESTAMP_LTZ(3),
    place BIGINT,
    hostName STRING,
    peerAddress STRING,
    flows BIGINT,
    bytesSent BIGINT,
    segsOut BIGINT,
    retrans BIGINT,
    retransmissionRatio DOUBLE,
    srttMean DOUBLE
);

CREATE TEMPORARY VIEW path_sums AS
SELECT
    window_start, window_end, hostName, peerAddress,
    COUNT(*) FILTER (WHERE firstOfMinute AND NOT failedConnect) AS flows,
    COALESCE(SUM(bytesSent), 0) AS bytesSent,
    COALESCE(SUM(segsOut), 0) AS segsOut,
    COALESCE(SUM(retrans), 0) AS retrans,
    AVG(CAST(srtt AS DOUBLE)) AS srttMean
FROM TABLE(TUMBLE(TABLE growth, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, hostName, peerAddress;

CREATE TEMPORARY VIEW paths AS
SELECT
    CAST(window_start AS TIMESTAMP_LTZ(3)) AS windowStart, place, hostName, peerAddress, flows, bytesSent, segsOut, retrans,
    CAST(retrans AS DOUBLE) / NULLIF(segsOut, 0) AS retransmissionRatio, srttMean
FROM (
    SELECT *,
        ROW_NUMBER() OVER (
            PARTITION BY window_start, window_end ORDER BY retrans DESC, segsOut DESC, hostName, peerAddress) AS place
    FROM path_sums
    WHERE retrans > 0)
WHERE place <= ${paths=10};

-- Each connection that has ended, as both of its hosts saw it. Segments are counted in both hosts, so their difference is what the path lost.
-- The two last records of a connection are at most two minutes apart, or they are not joined.
CREATE TABLE end_columns (
    communityId STRING,
    clientTime TIMESTAMP_LTZ(3),
    clientHost STRING,
    serverHost STRING,
    servicePort INT,
    durationMillis BIGINT,
    clientBytesAcked BIGINT,
    serverBytesReceived BIGINT,
    serverBytesAcked BIGINT,
    clientBytesReceived BIGINT,
    clientRetrans BIGINT,
    serverRetrans BIGINT,
    lostToServer BIGINT,
    lostToClient BIGINT,
    clientSrtt BIGINT,
    serverSrtt BIGINT,
    clientVerdict STRING,
    serverVerdict STRING,
    clientEndReason STRING,
    serverEndReason STRING,
    lossAt STRING
);

CREATE TEMPORARY VIEW ended AS
SELECT * FROM distinct_records WHERE finalRecord AND COALESCE(segsIn, 0) > 0;

CREATE TEMPORARY VIEW end_pairs AS
SELECT
    client.communityId, CAST(client.event_time AS TIMESTAMP_LTZ(3)) AS clientTime,
    client.hostName AS clientHost, server.hostName AS serverHost, client.servicePort,
    client.durationMillis, client.bytesAcked AS clientBytesAcked, server.bytesReceived AS serverBytesReceived,
    server.bytesAcked AS serverBytesAcked, client.bytesReceived AS clientBytesReceived,
    client.retrans AS clientRetrans, server.retrans AS serverRetrans,
    CAST(GREATEST(client.dataSegsOut - server.dataSegsIn, 0) AS BIGINT) AS lostToServer,
    CAST(GREATEST(server.dataSegsOut - client.dataSegsIn, 0) AS BIGINT) AS lostToClient,
    client.srtt AS clientSrtt, server.srtt AS serverSrtt,
    client.verdict AS clientVerdict, server.verdict AS serverVerdict,
    client.endReason AS clientEndReason, server.endReason AS serverEndReason
FROM ended AS client
JOIN ended AS server
ON client.communityId = server.communityId
AND client.localPort = server.peerPort
AND client.localAddress = server.peerAddress
AND client.`role` = 'client'
AND server.`role` = 'server'
AND server.event_time BETWEEN client.event_time - INTERVAL '2' MINUTE AND client.event_time + INTERVAL '2' MINUTE;

CREATE TEMPORARY VIEW ends AS
SELECT
    *,
    CASE
        WHEN lostToServer > 0 AND lostToClient > 0 THEN 'both ways'
        WHEN lostToServer > 0 THEN 'to server'
        WHEN lostToClient > 0 THEN 'to client'
        WHEN clientRetrans + serverRetrans > 0 THEN 'none: late or lost ACKs'
        ELSE 'none'
    END AS lossAt
FROM end_pairs;

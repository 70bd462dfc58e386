SELECT sha256, name, max(version) AS version, arg_max(body, version) AS body
FROM signals
WHERE sha256 IN (SELECT unnest(from_json_strict($sha256s, '["VARCHAR"]')))
GROUP BY sha256, name;

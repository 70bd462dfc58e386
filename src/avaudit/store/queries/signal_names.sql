-- What was heard of files: names and newest versions, without what they hold.
SELECT sha256, name, max(version) AS version
FROM signals
WHERE starts_with(name, 'transcript') OR starts_with(name, 'speech') OR name = 'digital_silence'
GROUP BY sha256, name
ORDER BY sha256, name;

-- The one time zone: what is shown and grouped is local time.
SET TimeZone = 'Asia/Shanghai';

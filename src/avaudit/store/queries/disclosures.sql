SELECT * FROM v_disclosure ORDER BY "position";

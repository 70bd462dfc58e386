-- From here on, no statement can change a setting.
SET lock_configuration = true;

SELECT recording_id, input_digest FROM audits WHERE run_id = $run_id;

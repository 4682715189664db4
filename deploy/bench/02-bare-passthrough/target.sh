target_command=("$java" "${subject_flags[@]}" -cp "$class_path" io.bedrockmeter.simulator.bench.BarePassthrough
    --port "$port" --upstream-port "$upstream_port" --loops 1)

package io.bedrockmeter.proxy.admin;

import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code /health/ready}: whether new calls should be sent here, and if not, why. */
final class ReadyResource implements AdminResource {
    private final Supplier<Readiness> readiness;

    ReadyResource(Supplier<Readiness> readiness) {
        this.readiness = readiness;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(List.of());
        Readiness now = readiness.get();
        ObjectNode answer = JsonMapper.shared().createObjectNode().put("ready", now.isReady());
        now.reasons().forEach(answer.putArray("reasons")::add);
        return AdminResponse.json(now.isReady() ? 200 : 503, answer);
    }
}

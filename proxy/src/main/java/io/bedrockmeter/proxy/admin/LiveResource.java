package io.bedrockmeter.proxy.admin;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** {@code /health/live}: that the process runs and answers. Says nothing about the ledger or the upstream, on purpose. */
final class LiveResource implements AdminResource {
    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(List.of());
        return AdminResponse.json(200, JsonMapper.shared().createObjectNode().put("live", true));
    }
}

package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.ScriptJson;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers requests of the admin port. */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final JsonMapper JSON = new JsonMapper();

    private final AdminActions actions;

    AdminHandler(AdminActions actions) {
        this.actions = actions;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        Reply reply;
        try {
            reply = reply(request);
        } catch (JacksonException | IllegalArgumentException e) {
            reply = new Reply(HttpResponseStatus.BAD_REQUEST, error(e.getMessage()));
        }
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                reply.status(),
                Unpooled.copiedBuffer(JSON.writeValueAsString(reply.body()), StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        ChannelFuture written = context.writeAndFlush(response);
        if (!HttpUtil.isKeepAlive(request)) {
            var unused = written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private Reply reply(FullHttpRequest request) {
        return switch (request.method() + " " + request.uri()) {
            case "GET /health" -> new Reply(HttpResponseStatus.OK, Map.of("status", "ready"));
            case "GET /truth" -> new Reply(HttpResponseStatus.OK, actions.truth());
            case "POST /script" -> {
                List<Script> scripts = ScriptJson.parse(request.content().toString(StandardCharsets.UTF_8));
                scripts.forEach(actions::script);
                yield new Reply(HttpResponseStatus.OK, Map.of("scripts", scripts.size()));
            }
            case "GET /lookups" -> new Reply(HttpResponseStatus.OK, actions.lookups());
            case "POST /resource" -> {
                List<Resource> resources = resources(request.content().toString(StandardCharsets.UTF_8));
                resources.forEach(actions::resource);
                yield new Reply(HttpResponseStatus.OK, Map.of("resources", resources.size()));
            }
            case "POST /reset" -> {
                actions.reset();
                yield new Reply(HttpResponseStatus.OK, Map.of("status", "reset"));
            }
            default ->
                new Reply(
                        HttpResponseStatus.NOT_FOUND,
                        error("there are GET /health, /truth, /lookups and POST /script, /resource, /reset"));
        };
    }

    private static List<Resource> resources(String json) {
        JsonNode tree = JSON.readTree(json);
        return tree.isArray()
                ? List.of(JSON.treeToValue(tree, Resource[].class))
                : List.of(JSON.treeToValue(tree, Resource.class));
    }

    private static Map<String, String> error(@Nullable String message) {
        return Map.of("error", message == null ? "bad request" : message);
    }

    /** A status and what becomes the JSON of the body. */
    private record Reply(HttpResponseStatus status, Object body) {}
}

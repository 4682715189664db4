/**
 * Every operation, crossed with every way in which a call can end. What each must come to is data, {@code endings.json}; an
 * operation or an ending that is new fails the build until it has its place there.
 */
@NullMarked
package io.bedrockmeter.proxy.endings;

import org.jspecify.annotations.NullMarked;

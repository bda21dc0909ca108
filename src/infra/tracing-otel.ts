import { type Context, isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Span, SpanOptions, Tracing } from './tracing.ts';
import { within } from './waiting.ts';

/** A collector that does not answer costs no more than this much memory, patience and time at the end. */
const WAITING_SPANS = 2_048;
const BATCH = 512;
const SEND_EVERY_MS = 2_000;
const SEND_TIMEOUT_MS = 3_000;
const CLOSE_MS = 3_000;

type Collector = { endpoint: string; serviceName: string; onError: (error: Error) => void };

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };

/**
 * OpenTelemetry, OTLP over HTTP. Nothing of it is registered globally: a span's parent is given, because what asks a source
 * may be shared by many operations. The SDK itself reads the other OTEL_ variables, such as a collector's headers.
 */
export function otelTracing({ endpoint, serviceName, onError }: Collector): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: SEND_TIMEOUT_MS });
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    spanProcessors: [
      new BatchSpanProcessor(telling(exporter, onError), {
        maxQueueSize: WAITING_SPANS,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('election-gateway');
  return {
    enabled: true,
    begin(name, { kind, parent, attributes = {} }: SpanOptions): Span {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`,
        event: (event, more) => void span.addEvent(event, more),
        end(more = {}, outcome = 'ok') {
          if (!span.isRecording()) return;
          span.setAttributes(more);
          if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    close: () =>
      within(
        provider.shutdown().catch(() => {}),
        CLOSE_MS,
        () => undefined,
      ),
  };
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Of W3C Trace Context, the header alone: `tracestate` is any text, which no stranger sends on to a source through us. */
function contextOf(traceparent: string | null | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const spanContext = { traceId: traceId ?? '', spanId: spanId ?? '', traceFlags: Number.parseInt(flags ?? '0', 16) };
  if (!isSpanContextValid(spanContext)) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, isRemote: true });
}

/** The SDK keeps its trouble to itself. */
function telling(exporter: SpanExporter, onError: (error: Error) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) onError(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

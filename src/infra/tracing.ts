type Attributes = Record<string, string | number | string[]>;

/** What took its time. Nothing of a caller's own, no variables and no personal data belong into its name or attributes. */
export type Span = {
  /** Under which others go on, as W3C Trace Context writes it; null where nobody traces. */
  readonly traceparent: string | null;
  event(name: string, attributes?: Attributes): void;
  /** What is said after the first end is not heard. */
  end(attributes?: Attributes, outcome?: 'ok' | 'failed'): void;
};

export type SpanOptions = {
  /** Answers somebody, asks somebody, or does what was asked for before. */
  kind: 'server' | 'client' | 'consumer';
  /** Where it goes on, as a `traceparent`; what is none begins a trace. */
  parent?: string | null | undefined;
  attributes?: Attributes;
};

/** The one seam to whoever collects traces. */
export type Tracing = {
  /** False: every span is the one that does nothing. */
  readonly enabled: boolean;
  begin(name: string, options: SpanOptions): Span;
  /** Sends what is left, and waits for that no longer than a few seconds. */
  close(): Promise<void>;
};

const NO_SPAN: Span = { traceparent: null, event() {}, end() {} };

export const NO_TRACING: Tracing = { enabled: false, begin: () => NO_SPAN, close: async () => {} };

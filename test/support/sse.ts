export type SseMessage = { id: string | null; event: string | null; data: string | null };

/** The messages of an event stream as they come, taken apart without a client's help. */
export async function* messagesOf(response: Response): AsyncGenerator<SseMessage, void, undefined> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop()!;
    for (const message of messages) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1] ?? null;
      yield { id: field('id'), event: field('event'), data: field('data') };
    }
  }
}

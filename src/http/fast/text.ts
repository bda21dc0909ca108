/** Short enough to be put together in the memory for what is young; of longer ones each is a piece of memory of its own. */
const CHARACTERS_OF_A_PART = 8 * 1024;
/** UTF-8 of a character of a JavaScript string. */
const MOST_BYTES = 3;
const SCRATCH_BYTES = 1024 * 1024;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/** Text that is put together of many small pieces, with gaps that are filled later. */
export class Text {
  private text = '';
  private characters = 0;
  private parts: (string | Text)[] | null = null;
  private hasGaps = false;

  add(text: string): void {
    this.text += text;
    if (this.text.length > CHARACTERS_OF_A_PART) this.endPart();
  }

  /** Keeps a place for what is not known yet; the text goes on behind it. */
  gap(): Text {
    const gap = new Text();
    this.append(gap);
    return gap;
  }

  append(part: Text): void {
    this.endPart().push(part);
    this.hasGaps = true;
  }

  private endPart(): (string | Text)[] {
    this.parts ??= [];
    this.parts.push(this.text);
    this.characters += this.text.length;
    this.text = '';
    return this.parts;
  }

  /** As one string, for whoever uses it again and again; null with gaps. */
  flat(): string | null {
    return this.hasGaps ? null : [...((this.parts ?? []) as string[]), this.text, ''].join('');
  }

  toBytes(): Buffer {
    const most = MOST_BYTES * this.length();
    const bytes = most <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafeSlow(most);
    return Buffer.from(bytes.subarray(0, this.write(bytes, 0)));
  }

  private length(): number {
    let length = this.characters + this.text.length;
    for (const part of this.parts ?? []) if (typeof part !== 'string') length += part.length();
    return length;
  }

  private write(bytes: Buffer, start: number): number {
    let end = start;
    for (const part of this.parts ?? [])
      end = typeof part === 'string' ? end + bytes.write(part, end) : part.write(bytes, end);
    return end + bytes.write(this.text, end);
  }
}

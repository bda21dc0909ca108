import { borrow, giveBack } from './borrowed.ts';

/** Short enough to be put together in the memory for what is young; of longer ones each is a piece of memory of its own. */
const CHARACTERS_OF_A_PART = 8 * 1024;
/** Of a kept text, which is one piece already: as a part it is copied once, and not put together first. */
const CHARACTERS_BY_THEMSELVES = 512;
/** Text that is put together of many small pieces, with gaps that are filled later. */
export class Text {
  private text = '';
  private parts: (string | Text)[] | null = null;
  private hasGaps = false;

  add(text: string): void {
    if (text.length > CHARACTERS_BY_THEMSELVES) {
      this.endPart().push(text);
      return;
    }
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
    this.text = '';
    return this.parts;
  }

  /**
   * As one string, for whoever uses it again and again; null with gaps. By way of its bytes: a string that was put together
   * stays a tree of its pieces inside, which would be walked again for each answer that it is part of.
   */
  flat(): string | null {
    if (this.hasGaps) return null;
    const bytes = this.toBytes();
    const text = bytes.toString();
    giveBack(bytes);
    return text;
  }

  /** In borrowed memory. */
  toBytes(): Buffer {
    const bytes = borrow(this.byteLength());
    this.write(bytes, 0);
    return bytes;
  }

  private byteLength(): number {
    let length = Buffer.byteLength(this.text);
    for (const part of this.parts ?? [])
      length += typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength();
    return length;
  }

  private write(bytes: Buffer, start: number): number {
    let end = start;
    for (const part of this.parts ?? [])
      end = typeof part === 'string' ? end + bytes.write(part, end) : part.write(bytes, end);
    return end + bytes.write(this.text, end);
  }
}

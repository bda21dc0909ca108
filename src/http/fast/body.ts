import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { etagOf } from '../etag.ts';

/** The text of an answer, in the forms in which it is sent. */
export type Body = {
  bytes: Buffer;
  etag: string | null;
  /** Made when it is first wanted, and kept with the body. */
  compressed(encoding: Encoding): Promise<Buffer>;
};

export type Encoding = 'br' | 'gzip';

const compressors = {
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 4 }),
};

export function createBody(bytes: Buffer, { withEtag }: { withEtag: boolean }): Body {
  const forms = new Map<Encoding, Promise<Buffer>>();
  return {
    bytes,
    etag: withEtag ? etagOf(bytes) : null,
    compressed(encoding) {
      let form = forms.get(encoding);
      if (!form) {
        form = compressors[encoding](bytes);
        forms.set(encoding, form);
      }
      return form;
    },
  };
}

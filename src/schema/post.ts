import type { Level, Post } from '../domain/posts.ts';
import { builder } from './builder.ts';

export const PostRef = builder.enumType('Post', {
  description: 'An elective post, as the constitution of 2010 has them.',
  values: {
    PRESIDENT: { description: "President of the republic (the IEBC's post 1), one contest in the whole country." },
    GOVERNOR: { description: 'Governor of a county (post 2).' },
    SENATOR: { description: 'Senator of a county (post 3).' },
    MEMBER_OF_NATIONAL_ASSEMBLY: { description: 'Member of the National Assembly for a constituency (post 4).' },
    WOMAN_REPRESENTATIVE: { description: 'Woman representative of a county in the National Assembly (post 5).' },
    MEMBER_OF_COUNTY_ASSEMBLY: { description: 'Member of the county assembly for a ward (post 6).' },
  } satisfies Record<Post, { description: string }>,
});

export const ReportingLevelRef = builder.enumType('ReportingLevel', {
  description: 'A level at which counts are reported, widest first.',
  values: {
    COUNTRY: { value: 'country', description: 'The whole country.' },
    COUNTY: { value: 'county', description: 'One of 47 counties, or the diaspora.' },
    CONSTITUENCY: { value: 'constituency', description: 'A constituency of a county.' },
    WARD: { value: 'ward', description: 'A ward (county assembly ward, CAW) of a constituency.' },
    POLLING_STATION: { value: 'pollingstation', description: 'A polling station (a stream of one) of a ward.' },
  } as const satisfies Record<string, { value: Level; description: string }>,
});

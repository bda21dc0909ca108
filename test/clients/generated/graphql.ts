/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** An address, either as text or in parts; with a label of your own, if you like. */
export type AddressInput =
  {   /** Either, with a label that comes back. */
  labeled: LabeledAddressInput; parts?: never; text?: never; }
  |  { labeled?: never;   /** In parts. */
  parts: AddressPartsInput; text?: never; }
  |  { labeled?: never; parts?: never;   /** As one would write it; it may be partial: `117-719 Bloor St W, Toronto`. */
  text: string; };

/** A Canadian address in parts. */
export type AddressPartsInput = {
  /** Such as `Toronto`. */
  city?: string | null | undefined;
  /** Such as `M6G 1L5`. */
  postalCode: string;
  /** Two letters, such as `ON`. */
  province?: string | null | undefined;
  /** Such as `Bloor St W`. */
  streetName: string;
  /** Such as `719`. */
  streetNumber: string;
  /** Number of the unit, such as `117`. */
  unitNumber?: string | null | undefined;
  /** What follows the unit's number, such as `A`. */
  unitSuffix?: string | null | undefined;
};

/** A person as the Canadian register knows them. */
export type CanadianVoterInput = {
  /** 1 to 10 addresses where the person may be registered, such as an address history. Each is a check upstream. */
  addresses: Array<AddressInput>;
  /** Date of birth. */
  birthDate: string;
  /** Family name. */
  familyName: string;
  /** Given name. */
  givenName: string;
  /** Middle name, if the register has one. */
  middleName?: string | null | undefined;
};

/** A person as the Kenyan register knows them. */
export type KenyanVoterInput = {
  /** Voter id or passport number. */
  voterId: string | number;
};

/** An address with a name of your own, either as text or in parts. */
export type LabeledAddressInput = {
  /** Comes back as the `label` of its AddressCheck: 1 to 100 characters, each label once in a check. Kept encrypted until the check expires or is erased, longer than the address itself: a number of yours will do, an address or a name should not be in it. */
  label: string;
  /** In parts; this or `text`. */
  parts?: AddressPartsInput | null | undefined;
  /** As in AddressInput; this or `parts`. */
  text?: string | null | undefined;
};

/** Whom to check, and where. */
export type RequestRegistrationCheckInput =
  {   /** In Canada. */
  canada: CanadianVoterInput; kenya?: never; }
  |  { canada?: never;   /** In Kenya. */
  kenya: KenyanVoterInput; };

export type CountiesChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type CountiesChangedSubscription = { resultsUpdated: { result: { id: string, stationsReported: number | null, asOf: string, tallies: Array<{ id: string, votes: number }> }, version: { version: number, logIndex: number } } };

export type CountyChangedSubscriptionVariables = Exact<{
  county?: string | number;
}>;


export type CountyChangedSubscription = { contestResultUpdated: { id: string, stationsReported: number | null, asOf: string, tallies: Array<{ id: string, votes: number }> } };

export type CountyInPartsQueryVariables = Exact<{
  county?: string | number;
}>;


export type CountyInPartsQuery = { county: { id: string, name: string } & ({ result: { id: string, stationsReported: number | null, asOf: string } | null } | { result?: never }) | null };

export type CountyQueryVariables = Exact<{
  county?: string | number;
}>;


export type CountyQuery = { county: { id: string, name: string, result: { id: string, stationsReported: number | null, asOf: string, tallies: Array<{ id: string, votes: number, candidate: { id: string, name: string } }> } | null } | null };

export type EveryScalarQueryVariables = Exact<{
  at?: string | null | undefined;
  credential: string;
}>;


export type EveryScalarQuery = { counties: Array<{ boundary: import('geojson').FeatureCollection | null, result: { asOf: string } | null }> | null, parties: Array<{ symbolUrl: string | null }> | null, ballotActivity: { nodes: Array<{ payload: string | number | boolean | object | null }> } | null, verifyRegistrationCredential: { disclosed: string | number | boolean | object | null } };

export type EveryScalarGivenMutationVariables = Exact<{
  input: RequestRegistrationCheckInput;
}>;


export type EveryScalarGivenMutation = { requestRegistrationCheck:
    | { __typename: 'IdempotencyConflict' }
    | { __typename: 'InvalidInput' }
    | { __typename: 'RequestRegistrationCheckSuccess' }
   };


export const CountiesChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"CountiesChanged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resultsUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"post"},"value":{"kind":"EnumValue","value":"PRESIDENT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"level"},"value":{"kind":"EnumValue","value":"COUNTY"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"tallies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"votes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"logIndex"}}]}}]}}]}}]} as unknown as DocumentNode<CountiesChangedSubscription, CountiesChangedSubscriptionVariables>;
export const CountyChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"CountyChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"county"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"2F34010D-1592-6F3F-CBFF-91C2123E062C","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contestResultUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"reportingUnit"},"value":{"kind":"Variable","name":{"kind":"Name","value":"county"}}},{"kind":"Argument","name":{"kind":"Name","value":"post"},"value":{"kind":"EnumValue","value":"PRESIDENT"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"tallies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"votes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}}]}}]} as unknown as DocumentNode<CountyChangedSubscription, CountyChangedSubscriptionVariables>;
export const CountyInPartsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CountyInParts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"county"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"2F34010D-1592-6F3F-CBFF-91C2123E062C","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"county"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"county"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"InlineFragment","directives":[{"kind":"Directive","name":{"kind":"Name","value":"defer"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"result"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"post"},"value":{"kind":"EnumValue","value":"PRESIDENT"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CountyInPartsQuery, CountyInPartsQueryVariables>;
export const CountyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"County"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"county"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"2F34010D-1592-6F3F-CBFF-91C2123E062C","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"county"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"county"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"post"},"value":{"kind":"EnumValue","value":"PRESIDENT"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"tallies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"votes"}},{"kind":"Field","name":{"kind":"Name","value":"candidate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}}]}}]}}]} as unknown as DocumentNode<CountyQuery, CountyQueryVariables>;
export const EveryScalarDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EveryScalar"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"at"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"credential"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"counties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"boundary"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"post"},"value":{"kind":"EnumValue","value":"PRESIDENT"}},{"kind":"Argument","name":{"kind":"Name","value":"at"},"value":{"kind":"Variable","name":{"kind":"Name","value":"at"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"parties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbolUrl"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ballotActivity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payload"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"verifyRegistrationCredential"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"credential"},"value":{"kind":"Variable","name":{"kind":"Name","value":"credential"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disclosed"}}]}}]}}]} as unknown as DocumentNode<EveryScalarQuery, EveryScalarQueryVariables>;
export const EveryScalarGivenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EveryScalarGiven"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestRegistrationCheckInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestRegistrationCheck"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}}]}}]} as unknown as DocumentNode<EveryScalarGivenMutation, EveryScalarGivenMutationVariables>;
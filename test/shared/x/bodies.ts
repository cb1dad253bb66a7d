/** Bodies as X sends them, by what was seen on the wire; each problem type exists under two hosts. */
export const HOSTS = ['https://api.twitter.com', 'https://api.x.com'] as const;

export const ID = '481186914';

export const notFound = (host: string, parameter = 'id', value = ID) => ({
  value,
  detail: `Could not find user with ${parameter}: [${value}].`,
  title: 'Not Found Error',
  resource_type: 'user',
  parameter,
  resource_id: value,
  type: `${host}/2/problems/resource-not-found`,
});

/** The same type as not found: told apart by its words only. */
export const suspended = (host: string, parameter = 'id', value = ID) => ({
  parameter,
  resource_id: value,
  value,
  detail: `User has been suspended: [${value}].`,
  title: 'Forbidden',
  resource_type: 'user',
  type: `${host}/2/problems/resource-not-found`,
});

export const protectedAccount = (host: string, value = ID) => ({
  detail: `Sorry, you are not authorized to see the user with id: [${value}].`,
  parameter: 'id',
  resource_id: value,
  resource_type: 'user',
  section: 'data',
  title: 'Authorization Error',
  type: `${host}/2/problems/not-authorized-for-resource`,
  value,
});

export const fieldProblem = (host: string, value = '12') => ({
  detail: 'Sorry, you are not authorized to access the field.',
  field: 'url',
  parameter: 'url',
  resource_id: value,
  resource_type: 'user',
  section: 'data',
  title: 'Field Authorization Error',
  type: `${host}/2/problems/not-authorized-for-field`,
  value,
});

const invalidRequest = (host: string, parameter: string, value: string, message: string) => ({
  errors: [{ parameters: { [parameter]: [value] }, message }],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: `${host}/2/problems/invalid-request`,
});

export const parameterNotValid = (host: string, parameter: string, value: string) =>
  invalidRequest(
    host,
    parameter,
    value,
    `The \`${parameter}\` query parameter value [${value}] is not valid`,
  );

export const pageTokenNotValid = (host: string) => parameterNotValid(host, 'pagination_token', '7140w');

export const pageTokenNoToken = (host: string) => ({
  title: 'Invalid Request',
  detail: 'The `pagination_token` query parameter value [7140w] is not a valid token.',
  type: `${host}/2/problems/invalid-request`,
});

export const maxResultsNotValid = (host: string) => parameterNotValid(host, 'max_results', '1001');

export const parameterUnknown = (host: string) => {
  const all = 'id,max_results,pagination_token,user.fields';
  return invalidRequest(host, 'colour', 'red', `The query parameter [colour] is not one of [${all}]`);
};

export const disallowed = (host: string, value: string) => ({
  value,
  title: 'Disallowed Resource',
  detail: `The user [${value}] may not be shown.`,
  resource_type: 'user',
  resource_id: value,
  type: `${host}/2/problems/disallowed-resource`,
});

export const unavailableUser = (id: string | undefined) => ({
  title: 'Resource Unavailable',
  detail: 'The resource is not available.',
  ...(id !== undefined && { resource_type: 'user', resource_id: id }),
  type: 'https://api.x.com/2/problems/resource-unavailable',
});

export const forbidden = { title: 'Forbidden', type: 'about:blank', status: 403, detail: 'Forbidden' };

/** About us, although it says "user" and "suspended". */
export const clientSuspended = (host: string) => ({
  title: 'Forbidden',
  status: 403,
  detail: 'The user used for authentication is suspended',
  type: `${host}/2/problems/user-suspended`,
});

export const unauthorized = {
  title: 'Unauthorized',
  type: 'about:blank',
  status: 401,
  detail: 'Unauthorized',
};

/** As text: account_id is a number beyond 2^53. */
export const creditsDepleted = (host: string) =>
  `{"account_id":1553086854915936256,"title":"CreditsDepleted","detail":"Your enrolled account [1553086854915936256] does not have any credits to fulfill this request.","type":"${host}/2/problems/credits"}`;

export const paymentRequired = (host: string) => ({
  detail: 'credits depleted',
  status: 402,
  title: 'Payment Required',
  type: `${host}/2/problems/credits-depleted`,
});

export const spendCapReached = (host: string, resetDate: string | undefined) => ({
  account_id: 1553086854,
  title: 'SpendCapReached',
  detail: `Your enrolled account [1553086854] has reached its billing cycle spend cap. API requests will be blocked until the next cycle begins on ${resetDate}.`,
  ...(resetDate !== undefined && { reset_date: resetDate }),
  type: `${host}/2/problems/credits`,
});

export const clientNotEnrolled = (host: string) => ({
  client_id: '17013854',
  detail:
    'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project.',
  registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
  title: 'Client Forbidden',
  required_enrollment: 'Appropriate Level of API Access',
  reason: 'client-not-enrolled',
  type: `${host}/2/problems/client-forbidden`,
});

export const unsupportedAuthentication = (host: string) => ({
  title: 'Unsupported Authentication',
  detail: 'Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.',
  type: `${host}/2/problems/unsupported-authentication`,
});

export const tooManyRequests = {
  title: 'Too Many Requests',
  detail: 'Too Many Requests',
  type: 'about:blank',
  status: 429,
};

export const usageCapExceeded = (host: string, period: 'Daily' | 'Monthly') => ({
  account_id: 1553086854,
  product_name: 'standard-basic',
  title: 'UsageCapExceeded',
  period,
  scope: 'Product',
  detail: `Usage cap exceeded: ${period} product cap`,
  type: `${host}/2/problems/usage-capped`,
});

export const serviceUnavailable = {
  title: 'Service Unavailable',
  detail: 'Service Unavailable',
  type: 'about:blank',
  status: 503,
};

export const internalError = (host: string) => ({
  title: 'Internal Error',
  detail: 'Something went wrong.',
  type: `${host}/2/problems/internal-error`,
});

export const HTML_503 =
  '<!DOCTYPE html><html><head><title>X / Error</title></head><body>Over capacity</body></html>';
export const TEXT_503 =
  'upstream connect error or disconnect/reset before headers. reset reason: connection termination';

export const usernameOf = (id: string): string => `user${id}`;

export const user = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  username: usernameOf(id),
  name: `User ${id}`,
  ...more,
});

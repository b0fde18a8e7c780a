// A certificate of google.test that nobody has signed but itself, and its key, which protects nothing. Valid from 2020 to 2120.
const pem = (kind: string, body: string): string => `-----BEGIN ${kind}-----\n${body.trim()}\n-----END ${kind}-----\n`;

export const NAME = 'google.test';

export const KEY = pem(
  'PRIVATE KEY',
  `
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8Q+JGrH29/9b7voK
nwVvKDj+e28byRxAzVrKwCq5H7mhRANCAARMXZZc0jKgUMwElNB7kQn5wq3RfTGq
d7aD/6XiTYgWySA8c4g30HukZTDTSo6FO5JDJs8NiJIbiQL6qitjXdW8
`,
);

export const CERTIFICATE = pem(
  'CERTIFICATE',
  `
MIIBezCCASCgAwIBAgIUWjJBrvQ+qoxo3FYPSfF4H9neOr4wCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZ29vZ2xlLnRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
MDEwMDAwMDBaMBYxFDASBgNVBAMMC2dvb2dsZS50ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAETF2WXNIyoFDMBJTQe5EJ+cKt0X0xqne2g/+l4k2IFskgPHOI
N9B7pGUw00qOhTuSQybPDYiSG4kC+qorY13VvKNKMEgwDwYDVR0TAQH/BAUwAwEB
/zAWBgNVHREEDzANggtnb29nbGUudGVzdDAdBgNVHQ4EFgQUGzFKbO7he0eVFtSv
xB7Hv5Lr66AwCgYIKoZIzj0EAwIDSQAwRgIhALYGB/xfo8OYsJAol8DIMCKSC16j
9vkofxYga8wTP6zvAiEAn2JYVn3YPMSQID86atsuYINkeN9/JYeSyi1Ag2KbtbU=
`,
);

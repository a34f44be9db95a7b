#define _GNU_SOURCE
#include "certificate.h"

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t seconds(const ASN1_TIME *time) {
  struct tm parts;
  memset(&parts, 0, sizeof parts);
  return ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

void crabbitmq_certificate_describe(X509 *x509, crabbitmq_certificate *certificate) {
  memset(certificate, 0, sizeof *certificate);
  X509_NAME_oneline(X509_get_subject_name(x509), certificate->subject, sizeof certificate->subject);
  X509_NAME_oneline(X509_get_issuer_name(x509), certificate->issuer, sizeof certificate->issuer);
  certificate->not_before = seconds(X509_get0_notBefore(x509));
  certificate->not_after = seconds(X509_get0_notAfter(x509));
}

bool crabbitmq_certificate_read(const char *file, crabbitmq_certificate *certificate) {
  FILE *stream = fopen(file, "re");
  if (stream == NULL) return false;
  X509 *x509 = PEM_read_X509(stream, NULL, NULL, NULL);
  fclose(stream);
  if (x509 == NULL) return false;
  crabbitmq_certificate_describe(x509, certificate);
  X509_free(x509);
  return true;
}

const char *crabbitmq_openssl_version(void) { return OpenSSL_version(OPENSSL_VERSION); }

#ifndef CRABBITMQ_CERTIFICATE_H
#define CRABBITMQ_CERTIFICATE_H

#include "crabbitmq.h"

#include <openssl/x509.h>

void crabbitmq_certificate_describe(X509 *x509, crabbitmq_certificate *certificate);

#endif

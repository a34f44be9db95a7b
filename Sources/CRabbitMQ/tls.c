#include "certificate.h"
#include "crabbitmq.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <string.h>

static pthread_once_t index_once = PTHREAD_ONCE_INIT;
static int context_index = -1;

static void make_index(void) { context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL); }

static crabbitmq_tls *tls_of(const SSL *ssl) {
  return ssl == NULL ? NULL : SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index);
}

/* The whole chain is looked at, because an authority that expires takes its certificates with it. */
static void note_peer(crabbitmq_tls *tls, const SSL *ssl) {
  STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
  strncpy(tls->protocol, SSL_get_version(ssl), sizeof tls->protocol - 1);
  for (int place = 0; chain != NULL && place < sk_X509_num(chain); place++) {
    crabbitmq_certificate certificate;
    crabbitmq_certificate_describe(sk_X509_value(chain, place), &certificate);
    if (place == 0) tls->peer = certificate;
    if (place == 0 || certificate.not_after < tls->first_to_expire.not_after) tls->first_to_expire = certificate;
  }
}

/* The library sends the numeric address it connects to as SNI; the name is put right before the first message. */
static void on_info(const SSL *ssl, int where, int value) {
  crabbitmq_tls *tls = tls_of(ssl);
  if (tls == NULL) return;
  if ((where & SSL_CB_HANDSHAKE_START) != 0 && !SSL_is_init_finished(ssl)) {
    SSL_set_tlsext_host_name((SSL *)ssl, tls->host_is_address ? NULL : tls->host);
  }
  if (where == SSL_CB_READ_ALERT && (value >> 8) == SSL3_AL_FATAL) tls->alert = value & 0xff;
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) note_peer(tls, ssl);
}

static int on_verify(int passed, X509_STORE_CTX *store) {
  if (!passed) {
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    crabbitmq_tls *tls = tls_of(ssl);
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    if (tls != NULL) {
      tls->verify_error = X509_STORE_CTX_get_error(store);
      if (certificate != NULL) {
        X509_NAME_oneline(X509_get_subject_name(certificate), tls->verify_subject, sizeof tls->verify_subject);
      }
    }
  }
  return passed;
}

static int on_certificate_request(SSL *ssl, X509 **certificate, EVP_PKEY **key) {
  crabbitmq_tls *tls = tls_of(ssl);
  (void)certificate;
  (void)key;
  if (tls != NULL) tls->certificate_requested = true;
  return 0;
}

/* Without this OpenSSL would ask for the password of a protected key on the terminal. */
static int no_password(char *buffer, int size, int writing, void *data) {
  (void)buffer;
  (void)size;
  (void)writing;
  (void)data;
  return -1;
}

int crabbitmq_tls_configure(amqp_socket_t *socket, crabbitmq_tls *tls, bool verify_hostname) {
  SSL_CTX *context = amqp_ssl_socket_get_context(socket);
  X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
  pthread_once(&index_once, make_index);
  tls->alert = -1;
  if (SSL_CTX_set_ex_data(context, context_index, tls) != 1) return AMQP_STATUS_NO_MEMORY;
  SSL_CTX_set_info_callback(context, on_info);
  SSL_CTX_set_client_cert_cb(context, on_certificate_request);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) return AMQP_STATUS_SSL_ERROR;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verify);
  amqp_ssl_socket_set_verify_peer(socket, 1);
  /* The library's own comparison knows no IP addresses and comes after the handshake. */
  amqp_ssl_socket_set_verify_hostname(socket, 0);
  if (!verify_hostname) return AMQP_STATUS_OK;
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  int set = tls->host_is_address ? X509_VERIFY_PARAM_set1_ip_asc(parameters, tls->host)
                                 : X509_VERIFY_PARAM_set1_host(parameters, tls->host, 0);
  return set == 1 ? AMQP_STATUS_OK : AMQP_STATUS_SSL_ERROR;
}

bool crabbitmq_tls_use_default_authorities(amqp_socket_t *socket) {
  return SSL_CTX_set_default_verify_paths(amqp_ssl_socket_get_context(socket)) == 1;
}

void crabbitmq_tls_error_text(char *buffer, size_t size) {
  unsigned long error = ERR_peek_last_error();
  const char *reason = error == 0 ? NULL : ERR_reason_error_string(error);
  if (size == 0) return;
  buffer[0] = 0;
  if (reason != NULL) {
    strncpy(buffer, reason, size - 1);
    buffer[size - 1] = 0;
  }
}

const char *crabbitmq_tls_verify_text(int error) { return X509_verify_cert_error_string(error); }

#ifndef CRABBITMQ_H
#define CRABBITMQ_H

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* amqp_login is variadic, which Swift cannot call. */
amqp_rpc_reply_t crabbitmq_login(amqp_connection_state_t state, const char *vhost, int channel_max, int frame_max,
                                 int heartbeat, const amqp_table_t *properties, bool external, const char *user,
                                 const char *password);

/* What a certificate says of itself; times in seconds since the epoch, UTC. */
typedef struct crabbitmq_certificate {
  char subject[256];
  char issuer[256];
  int64_t not_before;
  int64_t not_after;
} crabbitmq_certificate;

/* The first certificate of a PEM file. False if there is none that can be read. */
bool crabbitmq_certificate_read(const char *file, crabbitmq_certificate *certificate);

/* "OpenSSL 3.0.19 27 Jan 2026": of the library that is loaded, not of the headers. */
const char *crabbitmq_openssl_version(void);

/* What is wanted of, and what became of, one TLS connection. The library's SSL object is out of reach, so callbacks on
 * its SSL_CTX write here. Must outlive the connection state. */
typedef struct crabbitmq_tls {
  char host[256];           /* the name in the URL: what is verified and sent as SNI */
  bool host_is_address;     /* an IP address: verified as such, no SNI */
  int verify_error;         /* X509_V_ERR_*, 0 where verification passed or was not reached */
  char verify_subject[256]; /* subject of the certificate that failed */
  int alert;                /* last fatal alert from the broker (TLS AlertDescription), -1 for none */
  bool certificate_requested; /* the broker asked for a client certificate and there was none to send */
  char protocol[16];          /* "TLSv1.3", "" until a handshake is done */
  crabbitmq_certificate peer; /* the broker's own */
  crabbitmq_certificate first_to_expire; /* of the broker's verified chain */
} crabbitmq_tls;

/* Verification, SNI and error reporting; `tls->host` is set by the caller. 0, or an AMQP_STATUS_* code. */
int crabbitmq_tls_configure(amqp_socket_t *socket, crabbitmq_tls *tls, bool verify_hostname);

/* The system's certification authorities. False if there are none. */
bool crabbitmq_tls_use_default_authorities(amqp_socket_t *socket);

/* The thread's latest OpenSSL error as text, "" if there is none. */
void crabbitmq_tls_error_text(char *buffer, size_t size);

/* OpenSSL's words for an X509_V_ERR_* code. */
const char *crabbitmq_tls_verify_text(int error);

/* How many bytes have arrived at a TCP socket since it was connected, read or not; 0 where the kernel does not say. */
uint64_t crabbitmq_bytes_received(int descriptor);

#endif

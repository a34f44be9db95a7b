#ifndef CRABBITMQ_H
#define CRABBITMQ_H

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <stdbool.h>
#include <stddef.h>

/* amqp_login is variadic, which Swift cannot call. */
amqp_rpc_reply_t crabbitmq_login(amqp_connection_state_t state, const char *vhost, int channel_max, int frame_max,
                                 int heartbeat, const amqp_table_t *properties, bool external, const char *user,
                                 const char *password);

/* What is wanted of, and what became of, one TLS connection. The library's SSL object is out of reach, so callbacks on
 * its SSL_CTX write here. Must outlive the connection state. */
typedef struct crabbitmq_tls {
  char host[256];           /* the name in the URL: what is verified and sent as SNI */
  bool host_is_address;     /* an IP address: verified as such, no SNI */
  int verify_error;         /* X509_V_ERR_*, 0 where verification passed or was not reached */
  char verify_subject[256]; /* subject of the certificate that failed */
  int alert;                /* last fatal alert from the broker (TLS AlertDescription), -1 for none */
  bool certificate_requested; /* the broker asked for a client certificate and there was none to send */
} crabbitmq_tls;

/* Verification, SNI and error reporting; `tls->host` is set by the caller. 0, or an AMQP_STATUS_* code. */
int crabbitmq_tls_configure(amqp_socket_t *socket, crabbitmq_tls *tls, bool verify_hostname);

/* The system's certification authorities. False if there are none. */
bool crabbitmq_tls_use_default_authorities(amqp_socket_t *socket);

/* The thread's latest OpenSSL error as text, "" if there is none. */
void crabbitmq_tls_error_text(char *buffer, size_t size);

/* OpenSSL's words for an X509_V_ERR_* code. */
const char *crabbitmq_tls_verify_text(int error);

/* GNU calls that Swift's Glibc module leaves out: the calling thread's name (15 bytes), and a fresh eventfd. */
void crabbitmq_name_thread(const char *name);
int crabbitmq_wakeup_new(void);

#endif

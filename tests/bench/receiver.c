/* A receiving mail server for benchmarks: takes everything, keeps nothing, counts exactly.
 *
 *   receiver PORT CONTROL_PORT
 *
 * Both on 127.0.0.1. A recipient counts once its transaction was answered 250. One line to the control port, one line
 * of JSON back:  reset | stats | delay MILLISECONDS (before each reply, as a server that far away) | quit
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TAIL 4 /* octets of CRLF.CRLF that may lie in an earlier packet */
#define MOST 65536

enum state { COMMAND, DATA, CHUNK };

struct peer {
    int fd, control, leaving;
    unsigned serial;
    enum state state;
    char line[1200];
    size_t filled;
    char tail[TAIL];
    size_t tail_length;
    int open; /* a transaction */
    long recipients;
    uint64_t *names, chunk_left;
    size_t name_room;
    int chunk_last;
    char *out;
    size_t out_length, out_room;
};

struct late { double due; int fd; unsigned serial; int leaving; char *text; };

static struct peer *peers[MOST];
static struct late *late;
static size_t late_first, late_last, late_room;
static uint64_t *known;
static size_t known_room, known_count;
static int watcher, delay;
static unsigned serials;
static long transactions, accepted, connections;
static double first, last;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void *grown(void *block, size_t *room, size_t wanted, size_t size)
{
    if (wanted <= *room) return block;
    *room = wanted * 2;
    return realloc(block, *room * size);
}

static void remember(uint64_t name)
{
    if (known_count * 2 >= known_room) {
        size_t old_room = known_room;
        uint64_t *old = known;
        known_room = old_room ? old_room * 4 : 1 << 16;
        known = calloc(known_room, sizeof *known);
        known_count = 0;
        for (size_t i = 0; i < old_room; i++)
            if (old[i]) remember(old[i]);
        free(old);
    }
    size_t at = name & (known_room - 1);
    for (; known[at]; at = (at + 1) & (known_room - 1))
        if (known[at] == name) return;
    known[at] = name;
    known_count++;
}

static void part(struct peer *p)
{
    close(p->fd);
    peers[p->fd] = NULL;
    free(p->names);
    free(p->out);
    free(p);
}

/* 0: the peer is gone. What the socket does not take at once waits for EPOLLOUT. */
static int flush(struct peer *p)
{
    while (p->out_length) {
        ssize_t sent = send(p->fd, p->out, p->out_length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) break;
        p->out_length -= sent;
        memmove(p->out, p->out + sent, p->out_length);
    }
    struct epoll_event event = {.events = EPOLLIN | (p->out_length ? EPOLLOUT : 0), .data.fd = p->fd};
    epoll_ctl(watcher, EPOLL_CTL_MOD, p->fd, &event);
    if (p->leaving && !p->out_length) { part(p); return 0; }
    return 1;
}

static void put(struct peer *p, const char *text)
{
    size_t length = strlen(text);
    p->out = grown(p->out, &p->out_room, p->out_length + length, 1);
    memcpy(p->out + p->out_length, text, length);
    p->out_length += length;
}

static void say(struct peer *p, const char *text, int leaving)
{
    if (!delay || p->control) {
        put(p, text);
        p->leaving |= leaving;
        return;
    }
    if (late_first > 1 << 16 && late_first * 2 > late_last) {
        memmove(late, late + late_first, (late_last - late_first) * sizeof *late);
        late_last -= late_first;
        late_first = 0;
    }
    late = grown(late, &late_room, late_last + 1, sizeof *late);
    late[late_last++] = (struct late){now() + delay / 1e3, p->fd, p->serial, leaving, strdup(text)};
}

static void speak_late(void)
{
    for (double t = now(); late_first < late_last && late[late_first].due <= t; late_first++) {
        struct late *next = &late[late_first];
        struct peer *p = peers[next->fd];
        if (p && p->serial == next->serial) {
            put(p, next->text);
            p->leaving |= next->leaving;
            int more = late_first + 1 < late_last && late[late_first + 1].fd == p->fd && late[late_first + 1].due <= t;
            if (!more) flush(p);
        }
        free(next->text);
    }
}

static void take(struct peer *p)
{
    last = now();
    if (!first) first = last;
    transactions++;
    accepted += p->recipients;
    for (long i = 0; i < p->recipients; i++) remember(p->names[i]);
    p->open = 0;
    p->recipients = 0;
    p->state = COMMAND;
    char told[64]; /* each mail has a name of its own, as real servers give it */
    snprintf(told, sizeof told, "250 2.0.0 queued as %08lX\r\n", transactions);
    say(p, told, 0);
}

static void recipient(struct peer *p)
{
    char *start = strchr(p->line, '<'), *end = start ? strchr(start, '>') : NULL;
    if (!p->open || !end) { say(p, "503 5.5.1 not now\r\n", 0); return; }
    uint64_t name = 1469598103934665603ULL; /* FNV-1a */
    for (char *c = start + 1; c < end; c++) name = (name ^ (unsigned char)*c) * 1099511628211ULL;
    p->names = grown(p->names, &p->name_room, p->recipients + 1, sizeof *p->names);
    p->names[p->recipients++] = name ? name : 1;
    say(p, "250 2.1.5 yes\r\n", 0);
}

static void control(struct peer *p)
{
    char told[400] = "{}\n";
    if (!strncmp(p->line, "reset", 5)) {
        transactions = accepted = connections = 0;
        first = last = 0;
        if (known) memset(known, 0, known_room * sizeof *known);
        known_count = 0;
    } else if (!strncmp(p->line, "delay ", 6)) {
        delay = atoi(p->line + 6);
    } else if (!strncmp(p->line, "quit", 4)) {
        exit(0);
    } else {
        snprintf(told, sizeof told,
                 "{\"transactions\": %ld, \"recipients\": %ld, \"distinct\": %zu, \"connections\": %ld, "
                 "\"first\": %.6f, \"last\": %.6f}\n", transactions, accepted, known_count, connections, first, last);
    }
    say(p, told, 0);
}

static int is(struct peer *p, const char *verb) { return !strncasecmp(p->line, verb, strlen(verb)); }

static void command(struct peer *p)
{
    if (p->control) control(p);
    else if (is(p, "RCPT")) recipient(p);
    else if (is(p, "MAIL")) { p->open = 1; p->recipients = 0; say(p, "250 2.1.0 yes\r\n", 0); }
    else if (is(p, "DATA")) {
        if (!p->recipients) { say(p, "554 5.5.1 for nobody?\r\n", 0); return; }
        p->state = DATA;
        memcpy(p->tail, "\r\n", p->tail_length = 2); /* a lone dot may be the first line */
        say(p, "354 go on\r\n", 0);
    } else if (is(p, "BDAT")) {
        char *rest;
        p->chunk_left = strtoull(p->line + 4, &rest, 10);
        p->chunk_last = strcasestr(rest, "LAST") != NULL;
        p->state = CHUNK;
    } else if (is(p, "EHLO"))
        say(p, "250-receiver.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n"
               "250-SMTPUTF8\r\n250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n", 0);
    else if (is(p, "QUIT")) say(p, "221 2.0.0 bye\r\n", 1);
    else { p->open = is(p, "RSET") ? 0 : p->open; say(p, "250 2.0.0 well\r\n", 0); }
}

static void chunk_done(struct peer *p)
{
    if (p->chunk_last && p->recipients) take(p);
    else { p->state = COMMAND; say(p, p->chunk_last ? "554 5.5.1 for nobody?\r\n" : "250 2.0.0 more\r\n", 0); }
}

/* `text` has TAIL octets of room before it. */
static void feed(struct peer *p, char *text, size_t length)
{
    while (length || (p->state == CHUNK && !p->chunk_left)) {
        size_t used = length;
        if (p->state == COMMAND) {
            char *end = memchr(text, '\n', length);
            if (end) used = end - text + 1;
            size_t kept = used < sizeof p->line - 1 - p->filled ? used : sizeof p->line - 1 - p->filled;
            memcpy(p->line + p->filled, text, kept);
            p->line[p->filled += kept] = 0;
            if (end) { p->filled = 0; command(p); }
        } else if (p->state == CHUNK) {
            if (used > p->chunk_left) used = p->chunk_left;
            if (!(p->chunk_left -= used)) chunk_done(p);
        } else {
            char *start = memcpy(text - p->tail_length, p->tail, p->tail_length);
            char *end = memmem(start, length + p->tail_length, "\r\n.\r\n", 5);
            if (end) used = end + 5 - text;
            else {
                p->tail_length = length + p->tail_length < TAIL ? length + p->tail_length : TAIL;
                memcpy(p->tail, text + length - p->tail_length, p->tail_length);
            }
            if (end) take(p);
        }
        text += used;
        length -= used;
    }
}

static int listener(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    struct sockaddr_in here = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (void *)&here, sizeof here) || listen(fd, 4096)) { perror("receiver"); exit(1); }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event);
    return fd;
}

static void welcome(int door, int is_control)
{
    int fd, yes = 1;
    while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= MOST) { close(fd); continue; }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct peer *p = peers[fd] = calloc(1, sizeof *p);
        p->fd = fd;
        p->control = is_control;
        p->serial = ++serials;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event);
        if (is_control) continue;
        connections++;
        say(p, "220 receiver.example ESMTP\r\n", 0);
        flush(p);
    }
}

static void serve(struct peer *p)
{
    static char room[TAIL + (1 << 18)];
    ssize_t length = recv(p->fd, room + TAIL, sizeof room - TAIL, 0);
    if (length == 0 || (length < 0 && !p->out_length)) { part(p); return; }
    /* No delayed acknowledgement: it would cost a peer that writes in small pieces 40 ms a mail. */
    int yes = 1;
    setsockopt(p->fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
    if (length > 0) feed(p, room + TAIL, length);
    flush(p);
}

int main(int count, char **words)
{
    if (count != 3) { fprintf(stderr, "receiver PORT CONTROL_PORT\n"); return 64; }
    signal(SIGPIPE, SIG_IGN);
    watcher = epoll_create1(0);
    int door = listener(atoi(words[1])), side_door = listener(atoi(words[2]));
    for (;;) {
        double wait = late_first < late_last ? (late[late_first].due - now()) * 1e3 : -1;
        struct epoll_event events[256];
        int ready = epoll_wait(watcher, events, 256, wait < 0 ? (late_first < late_last ? 0 : -1) : (int)wait + 1);
        speak_late();
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == door || fd == side_door) welcome(fd, fd == side_door);
            else if (peers[fd]) serve(peers[fd]);
        }
    }
}

/* Intrusive doubly linked list. A list head links to itself when empty. Not thread-safe. */
#ifndef PAWL_BASE_LIST_H
#define PAWL_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct pawl_list {
	struct pawl_list *prev, *next;
};

#define pawl_container_of(ptr, type, member)                                                       \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))
#define PAWL_LIST_FOREACH(pos, head)                                                               \
	for (struct pawl_list *pos = (head)->next; pos != (head); pos = pos->next)
/* `pos` may be removed in the body. */
#define PAWL_LIST_FOREACH_SAFE(pos, head)                                                          \
	for (struct pawl_list *pos = (head)->next, *pos##_next = pos->next; pos != (head);         \
	     pos = pos##_next, pos##_next = pos->next)

static inline void
pawl_list_init(struct pawl_list *l)
{
	l->prev = l->next = l;
}

static inline bool
pawl_list_is_empty(const struct pawl_list *l)
{
	return l->next == l;
}

static inline void
pawl_list_append(struct pawl_list *head, struct pawl_list *item)
{
	item->prev = head->prev;
	item->next = head;
	head->prev->next = item;
	head->prev = item;
}

/* Leaves the item linked to itself, so that a second remove does no harm. */
static inline void
pawl_list_remove(struct pawl_list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	item->prev = item->next = item;
}

/* Removes and returns the first item, or NULL. */
static inline struct pawl_list *
pawl_list_shift(struct pawl_list *head)
{
	struct pawl_list *first = head->next;

	if (first == head)
		return NULL;
	pawl_list_remove(first);
	return first;
}

/* Moves all items of `from` to the end of `to`. */
static inline void
pawl_list_splice(struct pawl_list *to, struct pawl_list *from)
{
	if (pawl_list_is_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	pawl_list_init(from);
}

#endif

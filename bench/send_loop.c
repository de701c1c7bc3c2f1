/* What a send to everyone costs when nothing but the kernel takes part. */
#include <sys/socket.h>

/* Sends a frame to each descriptor; returns how many did not take all of it. */
int send_to_all(const int *descriptors, int count, const char *frame, int size)
{
    int behind = 0;
    for (int index = 0; index < count; index++)
        if (send(descriptors[index], frame, size, MSG_NOSIGNAL | MSG_DONTWAIT) != size)
            behind++;
    return behind;
}

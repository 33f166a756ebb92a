/* Keys for the tests of this layer, made with openssl for nothing else, and signatures over
 * "hello world" that openssl made with them. */
#ifndef KEY_VECTORS_H
#define KEY_VECTORS_H

#define RSA_PRIVATE_PEM                                                                            \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCppjbrRNCv0cUu\n"                       \
	"06spOp4e8h6wg918AwCtsnok8DWW9oHACF9pI6Xi22XJ96y2TVN5431/o8JWM4Ut\n"                       \
	"kltDJMNnGmBWZIAcDdkcPZvKWgrm/7qtsCPS5PgE1O5ZZZWTq4Z24TJUUNCdJYcD\n"                       \
	"PHNN/BCxIwxrxFVj7d8tQjoZgLNYsFZ107Kxcu3f8imZ7qm2hBGlqxuJafljf+wi\n"                       \
	"HWiKf6U9MCSsa4qKIVyA6zHSDK0YATc+9ASiILCHDSC8ghhEyK/qN4WvSEQ8ax2u\n"                       \
	"2EjXc2OFHZwaOhEY3W0/SwStUr8cJ78R4vmRz6eOFaoGCwucjtPmpNzNVGelH3tZ\n"                       \
	"2N1yqjzbAgMBAAECggEAMJsv1v6TcByBC2aX/qsNzL4ALwDI/5P4qMufFWBBamxc\n"                       \
	"RoHfnEcba0EDC/fLYzwKc7zLIzvvHTWLrb/mJ/mrhqnW+km3LtKE5wN71GEyCHcy\n"                       \
	"rDrwOKdjrDa5x6FEVtfpIbxp6CBzdOLgqPuz6Z8TxTzOfT32XTg1HkmATfhC6mC7\n"                       \
	"574qFgAU1utW1bivkKcfixYcufxixN6Kaw7XLOJfPDMyCyma87qVh/QVUTLsT6Ee\n"                       \
	"HOBuk+P7+KOYp7+pPBWFFBWlhBfNSRyygfz+mNt7JRNJNu6CMZb0lQvGkPxr7+x6\n"                       \
	"/53bWUtI6C86pKivqjK9orNiDCGwMDzSj9a07gHR6QKBgQDejN6KXwacVUuNN2Sd\n"                       \
	"AzFs4xuuXo6cbATuNqu2VDyFpVAo6SYZDpA/bJY+YGZwvDS1Jf/j0PLTgjIfVCAN\n"                       \
	"n2UuXnHbkrmBsrbsj/gwN/+C27TOJ3AEtfgFGi0CXT4c5SUgZywIpvfya/8KbBPc\n"                       \
	"WAc5d1StQvZMEqGh0C99jwOFfQKBgQDDJdvCoD3z1lC/ynK+5udDC15xbvSoMaoz\n"                       \
	"kuPEIWGsxqxuXN+SGoPNtdeH5cAsez73dNnZkCAG66OYGKmT7WDDcWwDxTPDcFvr\n"                       \
	"OZOy1e6NuGoKjBchscdXl/ntCKrdTHNKLW+/Egtj4i9z6C14OSPZBWgI09DirggS\n"                       \
	"KcIta9P7NwKBgQCciFi+2re7ngLWAPAzv9szy0ndC4UjYJbXNnzwca9gETagj9zM\n"                       \
	"IwIymh3TIdrr0HUCNQgXJRCm1ByNDI6/Bi4Uvzk2R61THHCtU1YuFDUTxZUWq4aO\n"                       \
	"ya75Z7/gudTGXiYO9IJ0U3xydqOcoQgXI5NxSA23EDJMr44gUl4U4lKHwQKBgHuF\n"                       \
	"GQal+tC+VLow4FRpPvQ22/6cpotXdE3UqgpYvsRntHjenDyUP90TPmssR2lgUUi8\n"                       \
	"U6/cBAmdWR1KbvvNArRytFXmmo8YLXZEKXLG6ooVsjke1v1i07Rj47PfCpesbkUD\n"                       \
	"YXnlaAQ/BJ4u1akFMeWKAIGl4M+6LC2i9N9fIvwdAoGBAKZ7bG64x9h5DVW91pJr\n"                       \
	"IS420MqPOP+d0RLrXM5Qid7LPuuD2YW4TbTlDJb10KsRRcS8Xjd2EDcPQzukAO+R\n"                       \
	"G7Wp/M9xmPQOtMCDrHi5C3++ntRwxkm0bM4PndUqRbdEo5YbxWTBeZAnHcAhqcY3\n"                       \
	"kPmXlEXGNFOHiV3RtXkibnJr\n"                                                               \
	"-----END PRIVATE KEY-----\n"

#define RSA_PUBLIC_PEM                                                                             \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqaY260TQr9HFLtOrKTqe\n"                       \
	"HvIesIPdfAMArbJ6JPA1lvaBwAhfaSOl4ttlyfestk1TeeN9f6PCVjOFLZJbQyTD\n"                       \
	"ZxpgVmSAHA3ZHD2byloK5v+6rbAj0uT4BNTuWWWVk6uGduEyVFDQnSWHAzxzTfwQ\n"                       \
	"sSMMa8RVY+3fLUI6GYCzWLBWddOysXLt3/Ipme6ptoQRpasbiWn5Y3/sIh1oin+l\n"                       \
	"PTAkrGuKiiFcgOsx0gytGAE3PvQEoiCwhw0gvIIYRMiv6jeFr0hEPGsdrthI13Nj\n"                       \
	"hR2cGjoRGN1tP0sErVK/HCe/EeL5kc+njhWqBgsLnI7T5qTczVRnpR97Wdjdcqo8\n"                       \
	"2wIDAQAB\n"                                                                               \
	"-----END PUBLIC KEY-----\n"

#define RSA_PKCS1_PUBLIC_PEM                                                                       \
	"-----BEGIN RSA PUBLIC KEY-----\n"                                                         \
	"MIIBCgKCAQEAqaY260TQr9HFLtOrKTqeHvIesIPdfAMArbJ6JPA1lvaBwAhfaSOl\n"                       \
	"4ttlyfestk1TeeN9f6PCVjOFLZJbQyTDZxpgVmSAHA3ZHD2byloK5v+6rbAj0uT4\n"                       \
	"BNTuWWWVk6uGduEyVFDQnSWHAzxzTfwQsSMMa8RVY+3fLUI6GYCzWLBWddOysXLt\n"                       \
	"3/Ipme6ptoQRpasbiWn5Y3/sIh1oin+lPTAkrGuKiiFcgOsx0gytGAE3PvQEoiCw\n"                       \
	"hw0gvIIYRMiv6jeFr0hEPGsdrthI13NjhR2cGjoRGN1tP0sErVK/HCe/EeL5kc+n\n"                       \
	"jhWqBgsLnI7T5qTczVRnpR97Wdjdcqo82wIDAQAB\n"                                               \
	"-----END RSA PUBLIC KEY-----\n"

#define RSA_CERTIFICATE_PEM                                                                        \
	"-----BEGIN CERTIFICATE-----\n"                                                            \
	"MIIDGzCCAgOgAwIBAgIUQ4tXQqYRkvqnX5HRFtDfZF8Sy9kwDQYJKoZIhvcNAQEL\n"                       \
	"BQAwHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wIBcNMjYxMTI4MDM0OTE5\n"                       \
	"WhgPMjEyNjExMDQwMzQ5MTlaMBwxGjAYBgNVBAMMEXNucy5hbWF6b25hd3MuY29t\n"                       \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqaY260TQr9HFLtOrKTqe\n"                       \
	"HvIesIPdfAMArbJ6JPA1lvaBwAhfaSOl4ttlyfestk1TeeN9f6PCVjOFLZJbQyTD\n"                       \
	"ZxpgVmSAHA3ZHD2byloK5v+6rbAj0uT4BNTuWWWVk6uGduEyVFDQnSWHAzxzTfwQ\n"                       \
	"sSMMa8RVY+3fLUI6GYCzWLBWddOysXLt3/Ipme6ptoQRpasbiWn5Y3/sIh1oin+l\n"                       \
	"PTAkrGuKiiFcgOsx0gytGAE3PvQEoiCwhw0gvIIYRMiv6jeFr0hEPGsdrthI13Nj\n"                       \
	"hR2cGjoRGN1tP0sErVK/HCe/EeL5kc+njhWqBgsLnI7T5qTczVRnpR97Wdjdcqo8\n"                       \
	"2wIDAQABo1MwUTAdBgNVHQ4EFgQU5mPLm0aK2eaPHujBenwjd4cRjqEwHwYDVR0j\n"                       \
	"BBgwFoAU5mPLm0aK2eaPHujBenwjd4cRjqEwDwYDVR0TAQH/BAUwAwEB/zANBgkq\n"                       \
	"hkiG9w0BAQsFAAOCAQEAR8BV/yuixb4mt4xZdgupwLG8LJKGREieiVxCg2e5D5Jj\n"                       \
	"3HhIjLa40GKGJrGT+IqMaIeWOQi43AgxmX+1ktJpGi+Bi1wvPmRLAHRqCqO+SR9h\n"                       \
	"7FgoPwlv1BAPiyhwAFDgtMB9zPNbo2nrGEufmjzPeYQ0HyMsBs96q6u4Qg0qxSzU\n"                       \
	"mMT9QGBX8kk73c96wbTHtfMGnyBp/5Gj2TthbHi2YQhvP7H3lPs5J5fQLTvcH87v\n"                       \
	"oBw+yU20aW40QAcGxMat4uiXnjYeR7ffTokQCfU3qi38hLcOUxk/Opo6i9aqqd3b\n"                       \
	"qThI22IIVkbZTLEUb3WGOn6CKa8L4xpmXEc96fuPfw==\n"                                           \
	"-----END CERTIFICATE-----\n"

#define RSA_PUBLIC_DER                                                                             \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqaY260TQr9HFLtOrKTqeHvIesIPdfAMA"             \
	"rbJ6JPA1lvaBwAhfaSOl4ttlyfestk1TeeN9f6PCVjOFLZJbQyTDZxpgVmSAHA3ZHD2byloK5v+6"             \
	"rbAj0uT4BNTuWWWVk6uGduEyVFDQnSWHAzxzTfwQsSMMa8RVY+3fLUI6GYCzWLBWddOysXLt3/Ip"             \
	"me6ptoQRpasbiWn5Y3/sIh1oin+lPTAkrGuKiiFcgOsx0gytGAE3PvQEoiCwhw0gvIIYRMiv6jeF"             \
	"r0hEPGsdrthI13NjhR2cGjoRGN1tP0sErVK/HCe/EeL5kc+njhWqBgsLnI7T5qTczVRnpR97Wdjd"             \
	"cqo82wIDAQAB"

#define RSA_SHA1_HELLO                                                                             \
	"J2nFMgLpg94sB1wivXfd3x9DhkjULduhvpOsMyVqWe/WPzg4763Uh85sJ5zF5vvnDqjGFbrGNThd"             \
	"FJR6BYIBS9rVbsTh1IqNZeRkNWTrP0XsyuA5fYhE3f22HdGeSz3ZuZDk4uE1mBWyzbswqKsLtNcl"             \
	"ZE1tuNMMLctIkFw6/GAVt5hnSMvxNP54JzU/PhwSPOZnvcmG9bXZgzdZwWZWyZYDFyhPLmgVTJ/q"             \
	"m32LeB4FneEqmzeaF3l/WXsXZnnYOxy+mUMQCYDkaXDt+rYPp/cCvOXMrWlsIax794draFbrYgKR"             \
	"V538ikLxrkL/imFXC0zB3H3rBAlYkJoJSxg7aQ=="

#define RSA_SHA256_HELLO                                                                           \
	"nFaO3BD6ugxwKSbHTQHVNW6EN9HyoN1R/bUsxSHMRZVEW0vJTS8sMS94t68kjXasei2V0tQgZRYb"             \
	"r7JkJrjWTTu8qtkH9IM9IDxFp+QRu6k7y12HUA8ZeGsFsa8snWPmDvwQ5SPPTEiruAxbSM+YtR2D"             \
	"xdndF6Ks0+MXbNEoIrnq2Xxq4uzkL1yVd5Mv7nktXSnCLFNTILMHGlE56xI0JkmX7dj3yMYb/TuJ"             \
	"dcvym0LpHEsEdDPUOETNPGjLZwIkHmJjaUA2nH8/O8h3ECXypw0PbLe1QOcQlNkKbyjMXvA21Cam"             \
	"0Hqa0vZpUX9Jgi1ysxU4jxZAoLndvgtYdOL/Yg=="

#define EC_PRIVATE_DER                                                                             \
	"MHcCAQEEIH+8bHM1N7f4ZZ8XjlsxYFM5QQW71vnbloWVTHvKR8pcoAoGCCqGSM49AwEHoUQDQgAE"             \
	"dnij80PuuEvGOVLAeZdMLtInyu326YUWK9pNPnkNcNuT1PNLfEAx9bkWGKZf8/nYGFy9KlW5FgVL"             \
	"k4qHO8KUEg=="

#define EC_PUBLIC_DER                                                                              \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdnij80PuuEvGOVLAeZdMLtInyu326YUWK9pNPnkN"             \
	"cNuT1PNLfEAx9bkWGKZf8/nYGFy9KlW5FgVLk4qHO8KUEg=="

#define EC_HELLO                                                                                   \
	"MEUCIQCaawVYeSgbvS1CV7sKF7Jkryz709jLYxhrLYHCWPSrAgIgHBhv4Rc9YEA0KPft5xtNDjwH"             \
	"JUEj9gTUEqjvaVD4CKI="

#define RSA_1024_DER                                                                               \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDhLL8koeXsG+h0p94arcrHoYHHNfUOOAD+9vWk"             \
	"k9gCcWxPf545Y59Vhzwr/bmzPbT/iNnhfpOgDf0GW2B5iWbT5zsXwHS86BRm+mt05g60BHEHlbB6"             \
	"m7O65pxwHuq+m3npVqE52aRgMAWDvGaBfOZtOvDurSU+XYkkDEUWn6fGVQIDAQAB"

#define P384_DER                                                                                   \
	"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEWNjU08dHpaMnyqQbbh/KC6VMMOHjByly1bBjTH1cPoz4"             \
	"eZSfNI5PthFRLQ/ekdSWRErBQP/Lg4s27mZ8oA54HhcX7bIpprbx0yln77n/c0N1l24gSD6U+jbu"             \
	"HY+btWZX"

#define X25519_DER "MCowBQYDK2VuAyEAo1/gw6FDSe3oN+Vl3671cB8rJHIZYPfQ4vHiTzqKE2k="

#define ENCRYPTED_PRIVATE_PEM                                                                      \
	"-----BEGIN EC PRIVATE KEY-----\n"                                                         \
	"Proc-Type: 4,ENCRYPTED\n"                                                                 \
	"DEK-Info: AES-256-CBC,D5440393E2E4441E33341DCA81CD1389\n"                                 \
	"\n"                                                                                       \
	"fyHt9dw/4zMEdcdkzQXXQGk2JJyuNBUHeUyuNfK0eiu95Evm9wcL4UzNdHE0HNd3\n"                       \
	"9L58/KGMEpg+Ryrgy2U8EFP4YetMAX/BdjcA1+htOjHn2ERG55Pc/NmPDC+zo5+K\n"                       \
	"s+2dT7UHxTvfc/Am0HPB+IRAQOOxegXBHzn7sDvayHc=\n"                                           \
	"-----END EC PRIVATE KEY-----\n"

#endif
